// UploadLine -- a file on its way: how far it is, or what went wrong; it can be left out.
import { X } from "lucide-react";
import { IconButton } from "../../parts/Button.tsx";
import { Progress } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import type { Upload } from "./uploads.ts";

export function UploadLine({ upload }: { upload: Upload }) {
  return (
    <li className="ek-row ek-small">
      <bdi>{upload.name}</bdi>
      {upload.fault === null ? (
        <span className="ek-inbox-upload">
          <Progress
            label={t("inbox.uploading", { name: upload.name })}
            done={upload.done}
            total={upload.total}
          />
        </span>
      ) : (
        <span className="ek-fault" role="alert">
          {upload.fault}
        </span>
      )}
      <IconButton label={t("inbox.file_off", { name: upload.name })} onPress={upload.cancel}>
        <X className="ek-icon" aria-hidden />
      </IconButton>
    </li>
  );
}
