// conflict -- two people change the same thing: the second one's page shows both, and they choose.
import type { Locator } from "playwright-core";

import type { Screen } from "./browser.ts";
import type { Tally } from "./program.ts";

interface Meeting {
  readonly theirs: string; // what each side must say
  readonly mine: string;
  readonly save: string; // the button
  readonly shot?: string;
}

/** Saves, and says what stands there then; not one word is lost on the way. */
export async function meets(tally: Tally, screen: Screen, meeting: Meeting): Promise<Locator> {
  const { page } = screen;
  const says = (what: string) => `412, ${meeting.theirs}: ${what}`;
  screen.forgive(/412/);
  const save = page.getByRole("button", { name: meeting.save, exact: true });
  await save.click();
  const both = page.locator(".ek-conflict-form");
  await both.waitFor();
  const height = page.viewportSize()?.height ?? 0;
  await tally.soon(
    says("it comes into sight"),
    async () => {
      const { top, bottom } = await both.evaluate((it) => it.getBoundingClientRect());
      return top < height && bottom > 0;
    },
    true,
  );
  const theirs = () => both.locator("section").first().innerText();
  const mine = () => both.locator("section").nth(1).innerText();
  await tally.says(says("as it is now"), theirs, meeting.theirs);
  await tally.says(says("as one wanted it"), mine, meeting.mine);
  tally.is(says("each on its side"), !(await mine()).includes(meeting.theirs), await mine());
  await tally.soon(says("first it is chosen"), () => save.isDisabled(), true);
  if (meeting.shot !== undefined) await screen.shoot(meeting.shot);
  tally.same(says("axe"), await screen.axe(), []);
  return both;
}
