// uploads -- files on their way to the server, with how far they are. What arrived is the draft's.
import { useState } from "react";
import type { Attachment } from "../../gen/shapes.ts";
import type { Problem } from "../../gen/problems.ts";
import { formatBytes } from "../../words/format.ts";
import { t } from "../../words/words.ts";

export const FILES_MAX = 20;
export const BYTES_MAX = 26_214_400;

export interface Upload {
  id: string;
  name: string;
  done: number; // bytes
  total: number;
  fault: string | null;
  cancel: () => void;
}

// Of malware the detail is what the scanner calls it.
function wordsOf(problem: Problem | null): string {
  if (problem?.type === "/problems/infected")
    return t("inbox.file_infected", { name: problem.detail });
  if (problem?.type === "/problems/not_scanned") return t("inbox.file_not_scanned");
  if (problem?.type === "/problems/unavailable") return t("inbox.file_later");
  return problem?.detail ?? problem?.title ?? t("inbox.upload_failed");
}

// null: it is none of ours, as a proxy between may answer in HTML.
function bodyOf(request: XMLHttpRequest): unknown {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null;
  }
}

// XMLHttpRequest, since fetch does not tell how far an upload is.
function post(file: File, onProgress: (done: number) => void) {
  const request = new XMLHttpRequest();
  const arrived = new Promise<Attachment>((resolve, reject) => {
    request.open("POST", "/api/v1/attachments");
    request.setRequestHeader("Idempotency-Key", crypto.randomUUID());
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onload = () => {
      const body = bodyOf(request);
      if (request.status < 300 && body !== null) return resolve(body as Attachment);
      reject(new Error(wordsOf(body as Problem | null)));
    };
    request.onerror = () => reject(new Error(t("inbox.upload_failed")));
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
  return { arrived, cancel: () => request.abort() };
}

// onArrived is that of the time when the file was chosen: what the draft is by then it has to ask.
export function useUploads(have: number, onArrived: (file: Attachment) => void) {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const change = (id: string, values: Partial<Upload>) =>
    setUploads((all) => all.map((each) => (each.id === id ? { ...each, ...values } : each)));
  const drop = (id: string) => setUploads((all) => all.filter((each) => each.id !== id));
  const begin = (file: File) => {
    const id = crypto.randomUUID();
    const upload = { id, name: file.name, done: 0, total: file.size, fault: null };
    if (file.size > BYTES_MAX) {
      const fault = t("inbox.too_large", { limit: formatBytes(BYTES_MAX) });
      setUploads((all) => [...all, { ...upload, fault, cancel: () => drop(id) }]);
      return;
    }
    const { arrived, cancel } = post(file, (done) => change(id, { done }));
    const stop = () => {
      cancel();
      drop(id);
    };
    setUploads((all) => [...all, { ...upload, cancel: stop }]);
    arrived
      .then((made) => {
        drop(id);
        onArrived(made);
      })
      .catch((error: unknown) => change(id, { fault: (error as Error).message }));
  };
  const add = (files: readonly File[]) => {
    const room = FILES_MAX - have - uploads.length;
    for (const file of files.slice(0, Math.max(0, room))) begin(file);
  };
  return { uploads, add, isBusy: uploads.some(({ fault }) => fault === null) };
}
