// Name -- what somebody or something is called; any script, set apart from the text around it.
import { useNames } from "../feed/names.ts";

export function Name({ id }: { id: string | null | undefined }) {
  const names = useNames();
  return <bdi>{names.of(id)}</bdi>;
}
