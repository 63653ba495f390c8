// PersonMenu -- one's own name: figures, preferences, signing out.
import { useLocation } from "wouter";
import { me, signOut } from "../feed/session.ts";
import { Menu } from "../parts/Menu.tsx";
import { t } from "../words/words.ts";

export function PersonMenu() {
  const [, go] = useLocation();
  const { name } = me();
  return (
    <Menu
      look="plain"
      label={t("common.my_menu", { name })}
      button={<bdi className="ek-cut">{name}</bdi>}
      entries={[
        { id: "me", label: t("places.me"), onAction: () => go("/me") },
        {
          id: "preferences",
          label: t("common.preferences"),
          onAction: () => go("/settings/me"),
        },
        {
          id: "help",
          label: t("places.help"),
          onAction: () => go("/help"),
        },
        {
          id: "out",
          label: t("common.sign_out"),
          onAction: () => void signOut(),
        },
      ]}
    />
  );
}
