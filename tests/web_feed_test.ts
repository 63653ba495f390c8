// web_feed_test -- what the browser does with frames: repeats, gaps, what becomes old, what is
// written into a row. Expected values are those of the API's rules for clients.
import type { StateFrame } from "../web/src/gen/events.ts";
import { patchState } from "../web/src/feed/patch.ts";
import { judge, readBlock } from "../web/src/feed/sse.ts";
import { concerns, touchedBy } from "../web/src/feed/touch.ts";
import { Tally } from "./program.ts";

const tally = new Tally();

for (const [what, held, frame, want] of [
  ["the first frame is taken as it is", null, { seq: 9, prev: 4 }, "apply"],
  ["a frame that follows on what is held", 9, { seq: 12, prev: 9 }, "apply"],
  ["numbers may leave holes: rights and filters do", 9, { seq: 90, prev: 9 }, "apply"],
  ["what was held already is a repeat", 9, { seq: 9, prev: 4 }, "repeat"],
  ["and what is older too", 9, { seq: 3, prev: 1 }, "repeat"],
  ["a frame before it is missing", 9, { seq: 20, prev: 12 }, "gap"],
  ["a resumed stream may overlap", 9, { seq: 12, prev: 7 }, "apply"],
] as const) {
  tally.same(what, judge(held, frame), want);
}

for (const [what, block, want] of [
  ["name and data", "id: 7\nevent: a.b\ndata: {}", { event: "a.b", data: "{}" }],
  ["a comment is no frame", ": still here", null],
  ["retry alone is no frame", "retry: 2000", null],
  ["data in several lines", "data: a\ndata: b", { event: "message", data: "a\nb" }],
] as const) {
  tally.same(`block: ${what}`, readBlock(block), want);
}

tally.is(
  "an arrival makes the queue old",
  touchedBy({ type: "conversation.arrived" }).includes("list_queue"),
);
tally.is(
  "a target touches the targets, a survey's answer its survey, and neither the queue",
  touchedBy({ type: "content.updated", of: "target" }).includes("list_targets") &&
    touchedBy({ type: "survey.answered" }).includes("get_survey_funnel") &&
    !touchedBy({ type: "content.updated", of: "survey" }).includes("list_queue"),
);
tally.is("and its conversation", touchedBy({ type: "message.added" }).includes("list_parts"));
tally.is(
  "a change of settings makes the queue old",
  touchedBy({ type: "settings.changed" }).includes("list_queue"),
);
tally.same(
  "an event nobody knows makes nothing old",
  touchedBy({ type: "weather.changed" } as never),
  [],
);
tally.is(
  "another conversation's event does not concern one",
  !concerns({ conversation: "cv_2" }, "get_conversation", { id: "cv_1" }),
);
tally.is(
  "but its own does",
  concerns({ conversation: "cv_1" }, "get_conversation", { id: "cv_1" }),
);
tally.is("and lists always", concerns({ conversation: "cv_2" }, "list_conversations", {}));

const load: StateFrame = { type: "state.load", seq: 8, teammate: "tm_2", load: 3, limit: 5 };
const page = {
  data: [
    { id: "tm_1", load: 0 },
    { id: "tm_2", load: 2, limit: 5 },
  ],
  page: {},
};
tally.same("a load is written into its row", patchState("list_teammates", page, load), {
  data: [
    { id: "tm_1", load: 0 },
    { id: "tm_2", load: 3, limit: 5 },
  ],
  page: {},
});
tally.is(
  "other rows stay the same object",
  patchState("list_teammates", page, load).data[0] === page.data[0],
);
const same: StateFrame = { ...load, load: 2 };
tally.is(
  "nothing new gives the same object back",
  patchState("list_teammates", page, same) === page,
);
const narrow = { data: [{ id: "tm_2", name: "Mina" }] };
tally.is(
  "a view without the member does not gain it",
  patchState("list_teammates", narrow, load) === narrow,
);
const queue: StateFrame = { type: "state.queue", seq: 8, team: "team_1", waiting: 4 };
tally.same(
  "what waits is written into the board",
  patchState("get_team_live", { team: "team_1", waiting: 2, teammates: [] }, queue),
  { team: "team_1", waiting: 4, teammates: [] },
);
tally.is(
  "of its own team alone",
  patchState("get_team_live", narrow as never, queue) === (narrow as never),
);

tally.end();
