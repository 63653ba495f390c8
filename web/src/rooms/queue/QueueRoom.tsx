import { Room } from "../../parts/Room.tsx";
import { t } from "../../words/words.ts";

export default function QueueRoom() {
	return <Room title={t("places.queue")}>{null}</Room>;
}
