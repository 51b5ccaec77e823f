/** A part of the page that is not there any more: the server has a newer page. */

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import i18next from "i18next";

export function tellNewVersion(): void {
  notifications.show({
    id: "version",
    title: i18next.t("nav.new_version"),
    message: (
      <Button size="xs" variant="default" onClick={() => location.reload()}>
        {i18next.t("error.reload")}
      </Button>
    ),
    autoClose: false,
  });
}
