// text_file -- the beginning of a file that says it is text, as text. What is in it was written by
// strangers: it becomes characters and nothing else, and of a long file only the beginning is read.
import type { Attachment } from "../../gen/shapes.ts";
import { currentManners } from "../../words/words.ts";

const TYPES = ["text/plain", "text/csv", "text/tab-separated-values"];
const SHOWN_BYTES = 65_536;
// What programs wrote before UTF-8, where each language is at home.
const OLD = { en: "windows-1252", ko: "euc-kr", ar: "windows-1256" } as const;

export interface Head {
  text: string;
  isCut: boolean; // there is more
}

// Logs come as bytes of no kind.
export function isText({ name, type }: Attachment): boolean {
  const isUnsaid = type === "application/octet-stream" || type.startsWith("text/x-");
  return TYPES.includes(type) || (isUnsaid && /\.(txt|csv|tsv|log)$/i.test(name));
}

interface Bytes {
  bytes: Uint8Array;
  isCut: boolean; // perhaps in the middle of a character, which is no fault then
}

function decode({ bytes, isCut }: Bytes, label: string): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return null;
  }
}

// Control characters, and those that turn the order in which a line is read, show as what they are.
const plain = (text: string) =>
  text
    .replaceAll(/\r\n?/g, "\n")
    // eslint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");

function wide(head: Bytes): string | null {
  const [first, second] = head.bytes;
  if (first === 0xff && second === 0xfe) return decode(head, "utf-16le");
  return first === 0xfe && second === 0xff ? decode(head, "utf-16be") : null;
}

function narrow(head: Bytes): string | null {
  if (head.bytes.includes(0)) return null;
  return decode(head, "utf-8") ?? decode(head, OLD[currentManners().language]);
}

// null: these bytes are no text.
function textOf(head: Bytes): string | null {
  const text = wide(head) ?? narrow(head);
  return text === null ? null : plain(text);
}

async function begin(body: ReadableStream<Uint8Array>): Promise<Bytes> {
  const reader = body.getReader();
  const bytes = new Uint8Array(SHOWN_BYTES);
  let n = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { bytes: bytes.subarray(0, n), isCut: false };
    const taken = value.subarray(0, SHOWN_BYTES - n);
    bytes.set(taken, n);
    n += taken.length;
    if (taken.length === value.length) continue;
    await reader.cancel();
    return { bytes, isCut: true };
  }
}

// Rejects when the server does not give it; null: it is no text.
export async function readHead(address: string): Promise<Head | null> {
  const answer = await fetch(address);
  if (!answer.ok || answer.body === null) throw new Error(`${answer.status}`);
  const head = await begin(answer.body);
  const text = textOf(head);
  return text === null ? null : { text, isCut: head.isCut };
}
