import { Room } from "../../parts/Room.tsx";
import { t } from "../../words/words.ts";

export default function SettingsRoom() {
	return <Room title={t("places.settings")}>{null}</Room>;
}
