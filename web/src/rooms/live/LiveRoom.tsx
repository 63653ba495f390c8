import { Room } from "../../parts/Room.tsx";
import { t } from "../../words/words.ts";

export default function LiveRoom() {
	return <Room title={t("places.live")}>{null}</Room>;
}
