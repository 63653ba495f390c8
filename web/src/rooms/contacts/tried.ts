// tried -- what a merge, or taking one apart, would do: asked of the server, which changes nothing.
import { useQuery } from "@tanstack/react-query";
import { call, type Refusal } from "../../feed/http.ts";
import type { ContactId } from "../../gen/ids.ts";
import type { Merged } from "../../gen/shapes.ts";

// What changes with a merge.
export const MERGE_TOUCHED = [
  "get_contact",
  "list_contacts",
  "get_contact_timeline",
  "get_contact_people",
] as const;

export function useTried(
  name: "merge_contacts" | "unmerge_contacts",
  id: ContactId,
  other: ContactId | null,
) {
  return useQuery<Merged, Refusal>({
    queryKey: [name, "tried", id, other],
    queryFn: async ({ signal }) => {
      const told = {
        params: { id },
        query: { dry_run: true },
        body: { contact: other as ContactId },
        signal,
      };
      const { answer } = await call(name, told);
      return answer;
    },
    enabled: other !== null,
    staleTime: 0,
    gcTime: 0,
  });
}
