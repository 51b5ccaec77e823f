/** The button that begins to make something: greyed, with the reason, where one's role may not. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMayCreate } from "../act/may";
import { Icon } from "./icons";

interface Props {
  /** What has to be made for it. */
  type: string;
  word: string;
  /** Where it is made, or what shows the form. */
  to?: string;
  onClick?: () => void;
  variant?: "default" | "filled";
}

export function Make({ type, word, to, onClick, variant = "filled" }: Props) {
  const { t } = useTranslation();
  const may = useMayCreate(type);
  const icon = <Icon sign="plus" />;
  if (may && to !== undefined) {
    return (
      <Button component={Link} to={to} variant={variant} leftSection={icon}>
        {word}
      </Button>
    );
  }
  return (
    <Button
      variant={variant}
      leftSection={icon}
      disabled={!may}
      title={may ? undefined : t("act.read_only")}
      onClick={onClick}
    >
      {word}
    </Button>
  );
}
