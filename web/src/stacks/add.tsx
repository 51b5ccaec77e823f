/** Makes an empty stack. */

import { Button, Stack as Column, Group, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { type Change, quoted } from "../act/change";
import { useRun } from "../act/run";
import { Same } from "../act/same";
import { ApiError, collectionPath } from "../api/http";
import { useProject } from "../live/live";
import { Trouble } from "../parts/trouble";
import { errorWord } from "../words/say";

export function AddStack({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const project = useProject();
  const navigate = useNavigate();
  const run = useRun({ isQuiet: true });
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const body = { name, ...(description && { description }) };
  const change: Change = { method: "POST", path: collectionPath(project, "stacks"), body };
  const { error } = run;
  const at = (field: string) =>
    error instanceof ApiError && error.field === field && errorWord(t, error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    run.mutate(change, {
      onSuccess: (made) => {
        onClose();
        if (made) void navigate(`/env/${project}/stacks/${made.id}`);
      },
    });
  };
  const flag = description ? ` --description ${quoted(description)}` : "";
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("stack.add")}
      closeButtonProps={{ "aria-label": t("copy.close") }}
    >
      <form onSubmit={submit}>
        <Column>
          <TextInput
            label={t("stack.name")}
            required
            data-autofocus
            value={name}
            error={at("name")}
            onChange={(event) => setName(event.currentTarget.value.trim())}
          />
          <TextInput
            label={t("stack.description")}
            value={description}
            error={at("description")}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          {run.isError && <Trouble error={error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={run.isPending}>
              {t("form.create")}
            </Button>
          </Group>
        </Column>
      </form>
      <Same change={change} command={`pasture stack create ${quoted(name)}${flag}`} />
    </Modal>
  );
}
