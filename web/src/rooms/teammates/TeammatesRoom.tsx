import { Room } from "../../parts/Room.tsx";
import { t } from "../../words/words.ts";

export default function TeammatesRoom() {
	return <Room title={t("places.teammates")}>{null}</Room>;
}
