// sse -- reading Server-Sent Events, and whether a frame follows on what is held. Pure.
//
// The client's whole rule: a seq not above the last one held is a repeat; a prev above it is a gap.

type Verdict = "apply" | "repeat" | "gap";

export function judge(held: number | null, frame: { seq: number; prev: number }): Verdict {
  if (held === null) return "apply";
  if (frame.seq <= held) return "repeat";
  return frame.prev > held ? "gap" : "apply";
}

export interface Frame {
  event: string;
  data: string;
}

// The fields of an SSE block that we use (WHATWG HTML, 9.2.6).
export function readBlock(block: string): Frame | null {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
  }
  return data.length === 0 ? null : { event, data: data.join("\n") };
}
