// web_files_test -- attachments that are text, read in place: hostile ones, old ones, long ones.
import { withBrowser } from "./browser.ts";
import { at, FIELD, make, PART, scene, see, tally, type Scene } from "./inbox_scene.ts";

/** Files that say they are text: what is in them is characters, whatever it would like to be. */
async function textFiles(s: Scene): Promise<void> {
  const id = await make(s, { title: "Texts", text: "Send me the log" });
  const screen = await at(s, s.mina, `/inbox/mine/${id}`);
  const { page } = screen;
  const markup = `<script>globalThis.hit = 1</script><img src=x onerror="globalThis.hit = 2">`;
  const table = `이름,"${markup}"\n=1+1,2\n`;
  const sent: readonly [string, string, Buffer, string][] = [
    ["table.csv", "text/csv", Buffer.from(table.replaceAll("\n", "\r\n")), table],
    ["turned.txt", "text/plain", Buffer.from("pay\u202etxt.exe\u0007"), "pay\ufffdtxt.exe\ufffd"],
    ["old.log", "text/plain", Buffer.from([0x63, 0x61, 0x66, 0xe9]), "café"],
    ["wide.txt", "text/plain", Buffer.from("\ufeff주문", "utf16le"), "주문"],
    ["long.txt", "text/plain", Buffer.from("0123456789abcdef".repeat(20_000)), ""],
  ];
  for (const [name, mimeType, buffer] of sent) {
    await page.setInputFiles("input[type=file]", { name, mimeType, buffer });
    await see(`${name} is there`, page, ".ek-inbox-field .ek-inbox-file", name);
  }
  const bytes = Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 8]);
  await page.setInputFiles("input[type=file]", {
    name: "packed.txt",
    mimeType: "text/plain",
    buffer: bytes,
  });
  await see("and what is none", page, ".ek-inbox-field .ek-inbox-file", "packed.txt");
  const words = `All of them, ${"as they were asked for, ".repeat(40)}`;
  await page.fill(FIELD, words.trim());
  await page.press(FIELD, "Control+Enter");
  const part = page.locator(`${PART}:not([data-pending])`).filter({ hasText: "All of them" });
  const open = (name: string) => part.getByRole("button", { name: `Read ${name}` }).click();
  const shown = (name: string) => part.getByRole("region", { name: `Text of ${name}` });
  for (const [name, , , want] of sent) {
    await open(name);
    await shown(name).waitFor();
    const got = await shown(name).textContent();
    if (want !== "") tally.same(`${name} as it is written`, got, want);
    else tally.same("of a long one the beginning", got?.length, 65_536);
  }
  await part.getByText("Only the beginning is shown").waitFor();
  const isWhole = await part
    .locator("p.ek-inbox-text")
    .evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth);
  tally.is("what is written beside them has lines that end at the edge", isWhole);
  await open("packed.txt");
  await part.getByText("packed.txt is no text.").waitFor();
  const elements = await part.locator(".ek-inbox-text-file *").count();
  const hit = await page.evaluate(() => (globalThis as any).hit ?? null);
  tally.same("nothing of it is markup, and nothing ran", [elements, hit], [0, null]);
  tally.same("axe on texts", await screen.axe(), []);
  await screen.shoot("inbox-texts");
  await part.getByRole("button", { name: "Close table.csv" }).click();
  await shown("table.csv").waitFor({ state: "detached" });
  tally.same("texts: quiet", screen.faults(), []);
  await screen.close();
}

/** Whoever presses the keys while a file is on its way does not send the words without it. */
async function whileItComes(s: Scene): Promise<void> {
  const id = await make(s, { title: "Slow", text: "Send me the plan" });
  const screen = await at(s, s.mina, `/inbox/mine/${id}`);
  const { page } = screen;
  let arrive = () => {};
  const held = new Promise<void>((resolve) => (arrive = resolve));
  await page.route("**/attachments", async (route) => {
    await held;
    await route.continue();
  });
  await page.fill(FIELD, "Here is the plan");
  const file = { name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("1. rest") };
  await page.setInputFiles("input[type=file]", file);
  await page.locator(".ek-inbox-field").getByText("plan.txt").first().waitFor();
  await page.press(FIELD, "Control+Enter");
  await tally.soon("the words wait for the file", () => page.inputValue(FIELD), "Here is the plan");
  arrive();
  await see("the file is there", page, ".ek-inbox-field .ek-inbox-file", "plan.txt");
  await page.press(FIELD, "Control+Enter");
  const part = page.locator(`${PART}:not([data-pending])`).filter({ hasText: "Here is the plan" });
  await part.getByRole("button", { name: "Read plan.txt" }).waitFor();
  tally.same("a slow file: quiet", screen.faults(), []);
  await screen.close();
}

await withBrowser(async (stage) => {
  const s = await scene(stage);
  await textFiles(s);
  await whileItComes(s);
});
tally.end();
