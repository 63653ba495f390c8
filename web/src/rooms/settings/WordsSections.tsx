// WordsSections -- the lists of words that a workspace makes for itself: reasons for being away,
// skills, tags.
import { age, useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { may } from "../../feed/session.ts";
import type { ReasonId, SkillId, TagId } from "../../gen/ids.ts";
import { back, tell, type Back } from "../../parts/notices.tsx";
import { Ready } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { NamedList } from "./NamedList.tsx";
import type { SectionId } from "./sections.ts";

const REASONS = ["list_presence_reasons", "get_workspace_settings"] as const;
const SKILLS = ["list_skills"] as const;
const TAGS = ["list_tags"] as const;
const ALL = { query: { limit: 500 } };

function Reasons() {
  const list = useAnswer("list_presence_reasons", ALL);
  const done = (undo: Back) => {
    age(REASONS);
    tell(t("words_list.saved"), undo);
  };
  const add = async (name: string) => {
    const { answer } = await call("create_presence_reason", { body: { name } });
    done(back("delete_presence_reason", { params: { id: answer.id } }, REASONS));
  };
  return (
    <Ready of={list}>
      {({ answer }) => (
        <NamedList
          label={t("words_list.reason_new")}
          canEdit={may("presence_reasons_edit")}
          empty={{ title: t("words_list.no_reasons"), why: t("words_list.no_reasons_why") }}
          rows={answer.data.filter(({ deleted }) => !deleted)}
          add={add}
          rename={async (row, name) => {
            const params = { id: row.id as ReasonId };
            await call("update_presence_reason", { params, body: { name } });
            done(back("update_presence_reason", { params, body: { name: row.name } }, REASONS));
          }}
          remove={async (row) => {
            await call("delete_presence_reason", { params: { id: row.id as ReasonId } });
            done(back("create_presence_reason", { body: { name: row.name } }, REASONS));
          }}
        />
      )}
    </Ready>
  );
}

function Skills() {
  const list = useAnswer("list_skills", ALL);
  const done = (undo: Back) => {
    age(SKILLS);
    tell(t("words_list.saved"), undo);
  };
  const add = async (name: string) => {
    const { answer } = await call("create_skill", { body: { name } });
    done(back("delete_skill", { params: { id: answer.id } }, SKILLS));
  };
  return (
    <Ready of={list}>
      {({ answer }) => (
        <NamedList
          label={t("words_list.skill_new")}
          canEdit={may("skill_edit")}
          empty={{ title: t("words_list.no_skills"), why: t("words_list.no_skills_why") }}
          rows={answer.data.map(({ id, name, teammates }) => ({
            id,
            name,
            detail: t("words_list.have_it", { n: teammates }),
          }))}
          add={add}
          rename={async (row, name) => {
            const params = { id: row.id as SkillId };
            await call("update_skill", { params, body: { name } });
            done(back("update_skill", { params, body: { name: row.name } }, SKILLS));
          }}
          remove={async (row) => {
            await call("delete_skill", { params: { id: row.id as SkillId } });
            done(back("create_skill", { body: { name: row.name } }, SKILLS));
          }}
        />
      )}
    </Ready>
  );
}

function Tags() {
  const list = useAnswer("list_tags", ALL);
  const done = (undo: Back) => {
    age(TAGS);
    tell(t("words_list.saved"), undo);
  };
  const add = async (name: string) => {
    const { answer } = await call("create_tag", { body: { name } });
    done(back("delete_tag", { params: { id: answer.id } }, TAGS));
  };
  return (
    <Ready of={list}>
      {({ answer }) => (
        <NamedList
          label={t("words_list.tag_new")}
          canEdit={may("tag_edit")}
          empty={{ title: t("words_list.no_tags"), why: t("words_list.no_tags_why") }}
          rows={answer.data.map(({ id, name, used }) => ({
            id,
            name,
            detail: t("words_list.used", { n: used }),
          }))}
          add={add}
          rename={async (row, name) => {
            const params = { id: row.id as TagId };
            await call("update_tag", { params, body: { name } });
            done(back("update_tag", { params, body: { name: row.name } }, TAGS));
          }}
          remove={async (row) => {
            await call("delete_tag", { params: { id: row.id as TagId } });
            done(back("create_tag", { body: { name: row.name } }, TAGS));
          }}
        />
      )}
    </Ready>
  );
}

export default function WordsSections({ id }: { id: SectionId }) {
  if (id === "reasons") return <Reasons />;
  return id === "skills" ? <Skills /> : <Tags />;
}
