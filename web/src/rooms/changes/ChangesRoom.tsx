import { Room } from "../../parts/Room.tsx";
import { t } from "../../words/words.ts";

export default function ChangesRoom() {
	return <Room title={t("places.changes")}>{null}</Room>;
}
