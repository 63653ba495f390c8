// begun -- what an edit was begun on. Answers are read again while somebody types; to save with the
// ETag of what is there now would put over a change that they never saw.
//
// begin(etag) holds that one fast, as after a save; begin(null) goes by what is there now: nothing
// is being edited, or somebody else's change (412) was said.
import { useState } from "react";

export function useBegun(etag: string | null): {
  ifMatch: string;
  begin: (etag: string | null) => void;
} {
  const [begun, begin] = useState(etag);
  return { ifMatch: begun ?? etag ?? "*", begin };
}
