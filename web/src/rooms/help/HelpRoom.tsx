import { Room } from "../../parts/Room.tsx";
import { t } from "../../words/words.ts";

export default function HelpRoom() {
	return <Room title={t("places.help")}>{null}</Room>;
}
