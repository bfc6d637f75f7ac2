import type { TargetedMouseEvent } from "preact";

/** A codicon. It is hidden from screen readers, so its parent needs a label. */
export function Icon({ name }: { name: string }) {
  return <span class={`codicon codicon-${name}`} aria-hidden="true" />;
}

interface IconButtonProps {
  icon: string;
  label: string;
  onClick: (event: TargetedMouseEvent<HTMLButtonElement>) => void;
  disabled?: boolean;
  class?: string;
  /** The `data-vscode-context` of VS Code's context menu on this button. */
  menu?: object;
}

/** A button that shows only an icon. The label is its tooltip and its accessible name. */
export function IconButton({ icon, label, onClick, disabled = false, class: extraClass = "", menu }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`icon-button ${extraClass}`}
      title={label}
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
      {...(menu && {
        "aria-haspopup": "menu",
        "data-vscode-context": JSON.stringify({ ...menu, preventDefaultContextMenuItems: true }),
      })}
    >
      <Icon name={icon} />
    </button>
  );
}
