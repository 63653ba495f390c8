// useAttempt -- doing a step of a form: what was refused is kept for its fields, what has no field
// is told.
import { useState } from "react";
import { Refusal } from "../../feed/http.ts";
import { complain } from "../../parts/notices.tsx";

export function useAttempt() {
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const attempt = async (step: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    try {
      await step();
      setRefusal(null);
      return true;
    } catch (error) {
      const refused = error instanceof Refusal ? error : new Refusal(0, null);
      setRefusal(refused);
      if ((refused.problem?.errors.length ?? 0) === 0) complain(refused);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { attempt, refusal, isBusy };
}
