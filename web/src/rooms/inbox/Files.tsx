// Files -- what is attached: pictures that browsers may show stand in place, no larger than a part
// of the screen, text is opened in place when it is asked for, and everything is a link with name,
// type and size. The server asks each time who reads.
import { useState } from "react";
import { Download, ImageOff } from "lucide-react";
import type { Attachment } from "../../gen/shapes.ts";
import { formatBytes } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { isText } from "./text_file.ts";
import { TextFile } from "./TextFile.tsx";

const PICTURES = ["image/png", "image/jpeg", "image/webp", "image/gif"];

export const isPicture = ({ type }: Attachment) => PICTURES.includes(type);

const addressOf = (id: Attachment["id"]) => `/api/v1/attachments/${id}/content`;

// "PDF", "CSV": what people call a type, as its name ends; else what comes after its stroke.
function kindOf({ name, type }: Attachment): string {
  const end = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1] ?? type.split("/")[1] ?? type;
  return end.toUpperCase();
}

function File({ file }: { file: Attachment }) {
  return (
    <a
      className="ek-inbox-file"
      href={addressOf(file.id)}
      download={file.name}
      title={t("inbox.file_keep", { name: file.name })}
    >
      <Download className="ek-icon" aria-hidden />
      <bdi className="ek-inbox-file-name">{file.name}</bdi>
      <span className="ek-quiet">
        <bdi>{kindOf(file)}</bdi> · {formatBytes(file.bytes)}
      </span>
    </a>
  );
}

export function Files({ files }: { files: readonly Attachment[] }) {
  if (files.length === 0) return null;
  return (
    <ul className="ek-row ek-small" aria-label={t("inbox.files")}>
      {files.map((file) => (
        <li key={file.id} className="ek-inbox-file-of">
          <File file={file} />
          {isText(file) && <TextFile file={file} address={addressOf(file.id)} />}
        </li>
      ))}
    </ul>
  );
}

function Picture({ file }: { file: Attachment }) {
  const [isBroken, setBroken] = useState(false);
  if (isBroken)
    return (
      <span className="ek-inbox-file">
        <ImageOff className="ek-icon" aria-hidden />
        <span>{t("inbox.picture_broken", { name: file.name })}</span>
      </span>
    );
  return (
    <a
      className="ek-inbox-picture"
      href={addressOf(file.id)}
      target="_blank"
      rel="noreferrer"
      title={t("inbox.picture_open", { name: file.name })}
    >
      <img
        src={addressOf(file.id)}
        alt={t("inbox.picture", { name: file.name })}
        loading="lazy"
        decoding="async"
        onError={() => setBroken(true)}
      />
    </a>
  );
}

export function Pictures({ files }: { files: readonly Attachment[] }) {
  const shown = files.filter(isPicture);
  if (shown.length === 0) return null;
  return (
    <ul className="ek-inbox-pictures ek-small" aria-label={t("inbox.pictures")}>
      {shown.map((file) => (
        <li key={file.id}>
          <Picture file={file} />
          <span className="ek-quiet">
            <bdi>{file.name}</bdi> · {formatBytes(file.bytes)}
          </span>
        </li>
      ))}
    </ul>
  );
}
