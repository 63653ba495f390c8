// met -- an edit that meets somebody else's: it is saved on what it was begun on, never on what is
// there now; where that was changed meanwhile (412), what is there is kept for both to be shown.
//
// put(step) is true when it is done. What somebody else changed beside the fields shown is no
// conflict: then it is saved on what is there. While `theirs` is there, put goes over it.
import { useState } from "react";
import { Refusal } from "./http.ts";

export interface Found<T> {
  answer: T;
  etag: string | null;
}

/** A field in words. */
export interface Said {
  label: string;
  said: string;
}

export interface Meeting<T> {
  begun: Found<T> | null; // null: a new one
  read: () => Promise<Found<T>>; // as it is now
  says: (answer: T) => readonly Said[]; // always the same fields in the same order
}

export interface Met<T> {
  theirs: readonly Said[] | null; // null: nobody was faster
  was: T | null; // what is there, as far as one has seen it
  put: (step: (ifMatch: string) => Promise<unknown>) => Promise<boolean>;
  stand: (found: Found<T> | null) => void; // begun anew on that
  goOn: () => T | null; // begun anew on theirs
}

export function useMet<T>({ begun, read, says }: Meeting<T>): Met<T> {
  const [seen, see] = useState(begun);
  const [theirs, meet] = useState<Found<T> | null>(null);
  const latest = theirs ?? seen;
  const stand = (found: Found<T> | null) => {
    see(found);
    meet(null);
  };
  const isSame = (found: Found<T>) =>
    latest !== null && JSON.stringify(says(found.answer)) === JSON.stringify(says(latest.answer));
  const put = async (step: (ifMatch: string) => Promise<unknown>, on = latest, tries = 2) => {
    try {
      await step(on?.etag ?? "*");
      meet(null);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 412) throw error;
      const found = await read();
      if (isSame(found) && tries > 0) return put(step, found, tries - 1);
      meet(found);
      return false;
    }
  };
  const goOn = () => {
    if (theirs !== null) stand(theirs);
    return theirs?.answer ?? null;
  };
  return {
    theirs: theirs === null ? null : says(theirs.answer),
    was: latest?.answer ?? null,
    put: (step) => put(step),
    stand,
    goOn,
  };
}
