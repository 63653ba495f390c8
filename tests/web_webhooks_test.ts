// web_webhooks_test -- webhooks in the settings: an address is listed, a webhook added with its
// secret shown once, tested, what was sent looked at and sent again, the secret changed, switched
// off and on; each look of the page.
import { each, named, withBrowser, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";
import { isSigned, Receiver, until } from "./receiver.ts";

const tally = new Tally();
const REFUSED = /status of (403|409|412|422)/;

async function open(stage: Stage): Promise<Screen> {
  const screen = await stage.browser.open("/settings/webhooks", {
    as: stage.account,
    language: "en",
    theme: "light",
  });
  await screen.page.locator("#section").waitFor();
  return screen;
}

const press = ({ page }: Screen, name: string | RegExp) =>
  page.getByRole("button", { name }).first().click();

async function journey(stage: Stage, receiver: Receiver): Promise<void> {
  const screen = await open(stage);
  const { page } = screen;
  await page.getByText("No webhooks yet").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Our own machine");
  await page.getByLabel("Network", { exact: true }).fill("127.0.0.1/8");
  await page.getByLabel("Further ports").fill(String(receiver.port));
  await press(screen, "Save outgoing calls");
  await page.getByText(/This is no network/).waitFor();
  await page.getByLabel("Network", { exact: true }).fill("127.0.0.0/8");
  await press(screen, "Save outgoing calls");
  await page.getByText("127.0.0.0/8").waitFor();
  const url = `http://127.0.0.1:${receiver.port}/in`;
  await page.getByLabel("Address", { exact: true }).fill(url);
  await page.getByLabel("Events").fill("conversation.arrived");
  await press(screen, "Add the webhook");
  const secret = (await page.locator(".ek-dialog .ek-settings-secret").textContent()) ?? "";
  tally.is("the secret is shown", /^whsec_/.test(secret), secret);
  await page.locator(".ek-dialog-foot").getByRole("button").last().click();
  await page.getByText(url).first().waitFor();
  tally.is("once", !(await page.content()).includes(secret));
  await press(screen, /^Send a test/);
  await page.getByText("answered with 204").waitFor();
  tally.is(
    "it came, signed",
    receiver.came.length === 1 && receiver.came.every((came) => isSigned(secret, came)),
    receiver.came,
  );
  await page.getByText("What was sent").first().click();
  await page.getByText(receiver.came[0]?.id ?? "none").waitFor();
  await screen.shoot("webhooks-deliveries");
  tally.same("deliveries: axe", await screen.axe(), []);
  await press(screen, /^Send again/);
  await until("it came again", () => receiver.came.length === 2);
  tally.same("the same", receiver.came[1]?.id, receiver.came[0]?.id);
  await page.locator(".ek-dialog").getByRole("button").first().click();
  await press(screen, /^New secret/);
  const other = (await page.locator(".ek-dialog .ek-settings-secret").textContent()) ?? "";
  tally.is("another secret", /^whsec_/.test(other) && other !== secret);
  await page.locator(".ek-dialog-foot").getByRole("button").last().click();
  await page.getByText("The secret before signs too").waitFor();
  await press(screen, /^Switch off/);
  await page.getByText("switched off", { exact: true }).waitFor();
  await press(screen, /^Switch on/);
  await page.getByText("on", { exact: true }).first().waitFor();
  tally.same("the page: axe", await screen.axe(), []);
  screen.forgive(REFUSED);
  tally.same("nothing is wrong", screen.faults(), []);
  await screen.close();
}

async function looks(stage: Stage): Promise<void> {
  await each(async (look) => {
    const screen = await stage.browser.open("/settings/webhooks", { as: stage.account, ...look });
    await screen.page.getByText("127.0.0.0/8").waitFor();
    await screen.shoot(`webhooks-${named(look)}`);
    tally.same(`${named(look)}: axe`, await screen.axe(), []);
    screen.forgive(REFUSED);
    tally.same(`${named(look)}: nothing is wrong`, screen.faults(), []);
    await screen.close();
  });
}

const receiver = new Receiver();
await receiver.start();
try {
  await withBrowser(
    async (stage) => {
      await journey(stage, receiver);
      await looks(stage);
    },
    { with: "empty" },
  );
} finally {
  await receiver.stop();
}
tally.end();
