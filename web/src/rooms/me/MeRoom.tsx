import { Room } from "../../parts/Room.tsx";
import { t } from "../../words/words.ts";

export default function MeRoom() {
	return <Room title={t("places.me")}>{null}</Room>;
}
