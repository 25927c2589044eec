/** Ink of lines and text that matter. */
export const ink = '#22252b';
/** Ink of what stands back: axes, subtitles. */
export const faintInk = '#6f7682';
/** Lines of the grid. */
export const gridColor = '#e9ebef';
/** Inter where it is there, and else what the system has. */
export const font = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';
