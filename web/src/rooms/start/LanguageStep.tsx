// LanguageStep -- language and zone as they were proposed from the browser; changed here or left.
import { useState } from "react";
import { call, Refusal } from "../../feed/http.ts";
import { me } from "../../feed/session.ts";
import { Button } from "../../parts/Button.tsx";
import { ComboBox, Select } from "../../parts/fields.tsx";
import { complain } from "../../parts/notices.tsx";
import { LANGUAGES } from "../../words/guest.ts";
import { formatWhole } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { zonesWith } from "../../words/zones.ts";

export function LanguageStep({ next }: { next: () => void }) {
  const { language, zone } = me();
  const [wanted, want] = useState({ language: language.slice(0, 2), zone });
  const save = async () => {
    if (wanted.language === language.slice(0, 2) && wanted.zone === zone) return next();
    try {
      await call("update_me", { body: wanted, ifMatch: "*" });
      location.assign("/start/people");
    } catch (error) {
      complain(error as Refusal);
    }
  };
  return (
    <section className="ek-panel ek-start-panel" aria-labelledby="step">
      <h2 id="step">{t("start.language_title")}</h2>
      <p className="ek-quiet">{t("start.language_means")}</p>
      <div className="ek-columns">
        <Select
          label={t("sign_in.language")}
          choices={LANGUAGES.map(({ id, name }) => ({ id, label: name }))}
          value={wanted.language}
          onChange={(id) => want({ ...wanted, language: id })}
        />
        <ComboBox
          label={t("sign_in.zone")}
          choices={zonesWith(zone)}
          value={wanted.zone}
          onChange={(id) => want({ ...wanted, zone: id })}
        />
      </div>
      <p className="ek-quiet">
        {t("mine.now_is")} <bdi>{formatWhole(new Date().toISOString())}</bdi>
      </p>
      <div className="ek-dialog-foot">
        <Button look="main" onPress={() => void save()}>
          {t("start.go_on")}
        </Button>
      </div>
    </section>
  );
}
