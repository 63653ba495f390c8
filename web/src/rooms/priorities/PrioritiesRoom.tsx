import { Room } from "../../parts/Room.tsx";
import { t } from "../../words/words.ts";

export default function PrioritiesRoom() {
	return <Room title={t("places.priorities")}>{null}</Room>;
}
