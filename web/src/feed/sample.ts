// sample -- the sample workspace: whether this is it, loading it, removing it without trace. Both
// are jobs during which the server puts another store in the place of this one: nobody answers for
// a moment, and everything that was read is of the other store, so that the page is loaded anew.
import type { Job, Me } from "../gen/shapes.ts";
import { call } from "./http.ts";
import { me } from "./session.ts";

const ASK_MS = 400;
const FAILED_MS = 180_000;

export function workspace(): Me["workspace"] {
  return me().workspace;
}

async function ended(id: Job["id"]): Promise<void> {
  for (const from = Date.now(); Date.now() - from < FAILED_MS;) {
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    const { answer } = await call("get_job", { params: { id } }).catch(() => ({ answer: null }));
    if (answer === null || answer.state === "waiting" || answer.state === "running") continue;
    if (answer.state !== "done") throw new Error(answer.code ?? answer.state);
    return;
  }
  throw new Error("too_long");
}

async function swap(name: "load_sample_workspace" | "remove_sample_workspace", to: string) {
  const { answer: job } = await call(name);
  await ended(job.id).catch((error: Error) => {
    // Whoever came with the sample went with it: the page then shows the sign-in.
    if (error.message === "too_long") location.assign("/");
    throw error;
  });
  location.assign(to);
}

export const loadSample = () => swap("load_sample_workspace", "/start/look");
export const removeSample = () => swap("remove_sample_workspace", "/start");
