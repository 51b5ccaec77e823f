/** Takes back a container that was made here and is not known any more. */

import { Alert, Button, Checkbox, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Change, quoted } from "../act/change";
import { useRun } from "../act/run";
import { Same } from "../act/same";
import type { Container } from "../api/generated";
import { pathOf } from "../api/http";
import { Trouble } from "../parts/trouble";

/** Says that it is not known, and offers to take it back where the server does. */
export function Stray({ container }: { container: Container }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  if (container.strayUuid === null) return null;
  return (
    <Alert color="orange" variant="light" mt="md" title={t("container.stray")}>
      <Group justify="space-between">
        <Text size="sm" flex={1} miw={240}>
          {t("container.stray_hint")}
        </Text>
        {container.actions.adopt && (
          <Button variant="default" onClick={() => setOpen(true)}>
            {t("adopt.adopt")}
          </Button>
        )}
      </Group>
      {isOpen && <AdoptDialog container={container} onClose={() => setOpen(false)} />}
    </Alert>
  );
}

interface Props {
  container: Container;
  onClose: () => void;
}

function AdoptDialog({ container, onClose }: Props) {
  const { t } = useTranslation();
  const run = useRun({ isQuiet: true });
  const [standalone, setStandalone] = useState(false);
  const [scaleUp, setScaleUp] = useState(false);
  const name = container.name ?? container.id;
  const change: Change = {
    method: "POST",
    path: pathOf(container.actions.adopt ?? ""),
    body: { standalone, scaleUp },
  };
  const flags = [standalone && " --standalone", scaleUp && " --scale-up"].filter(Boolean).join("");
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("adopt.title", { name })}
      closeButtonProps={{ "aria-label": t("copy.close") }}
    >
      <Stack>
        <Text>{t("adopt.what")}</Text>
        <Checkbox
          label={t("adopt.standalone")}
          checked={standalone}
          onChange={(event) => setStandalone(event.currentTarget.checked)}
        />
        <Checkbox
          label={t("adopt.scale_up")}
          disabled={standalone}
          checked={scaleUp && !standalone}
          onChange={(event) => setScaleUp(event.currentTarget.checked)}
        />
        {run.isError && <Trouble error={run.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t("confirm.cancel")}
          </Button>
          <Button
            loading={run.isPending}
            onClick={() => run.mutate(change, { onSuccess: onClose })}
          >
            {t("adopt.adopt")}
          </Button>
        </Group>
      </Stack>
      <Same change={change} command={`pasture adopt ${quoted(container.id)}${flags}`} />
    </Modal>
  );
}
