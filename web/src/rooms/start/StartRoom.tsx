import { Room } from "../../parts/Room.tsx";
import { t } from "../../words/words.ts";

export default function StartRoom() {
	return <Room title={t("places.start")}>{null}</Room>;
}
