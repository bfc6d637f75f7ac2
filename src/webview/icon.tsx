/** A codicon. It is hidden from screen readers, so its parent needs a label. */
export function Icon({ name }: { name: string }) {
  return <span class={`codicon codicon-${name}`} aria-hidden="true" />;
}

interface IconButtonProps {
  icon: string;
  label: string;
  onClick: () => void;
  disabled?: boolean;
  class?: string;
}

/** A button that shows only an icon. The label is its tooltip and its accessible name. */
export function IconButton({ icon, label, onClick, disabled = false, class: extraClass = "" }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`icon-button ${extraClass}`}
      title={label}
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
