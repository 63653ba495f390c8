import { Room } from "../../parts/Room.tsx";
import { t } from "../../words/words.ts";

export default function InboxRoom() {
	return <Room title={t("places.inbox")}>{null}</Room>;
}
