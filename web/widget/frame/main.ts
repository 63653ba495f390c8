// main -- the frame: a page of ours inside a host's page, or by itself when it is opened as one.
// The host's window is known by the origin that its loader names after the #; whether that origin
// may hold this frame at all is the server's word (frame-ancestors).
import { hear, post, type FromFrame, type ToFrame } from "../wire/bridge.ts";
import { Api } from "./api.ts";
import { Talk } from "./talk.ts";
import { View } from "./view.ts";
import { language, speak } from "./words.ts";
import "./style.css";

const inbox = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const host = decodeURIComponent(location.hash.slice(1));
const isFramed = parent !== window;

await speak();
let isShown = !isFramed;
let unread = 0;
let talks = false;

function tell(message: FromFrame): void {
  if (isFramed && host !== "") post(parent, host, message);
}

const api = new Api(inbox);
const talk: Talk = new Talk(api, inbox, language, () => {
  view.show();
  if (talk.unread !== unread) tell({ kind: "unread", count: talk.unread });
  unread = talk.unread;
  if (!talks && talk.visit?.conversation) tell({ kind: "talks" });
  talks = talk.visit?.conversation !== null;
});
const view = new View(talk, inbox, isFramed ? () => tell({ kind: "close" }) : null);
view.show();

function look(): void {
  talk.look(isShown && !document.hidden);
}
document.addEventListener("visibilitychange", look);

function take(message: ToFrame): void {
  if (message.kind === "hello") talk.begin(message.identity, message.page);
  else if (message.kind === "focus") view.focus(message.at);
  else isShown = message.kind === "shown";
  look();
}

if (isFramed) hear<ToFrame>(() => parent, host, take);
else talk.begin(null, "");
look();
tell({ kind: "ready" });
