/** Color of main lines and text. */
export const ink = '#22252b';
/** Color of axes and subtitles. */
export const faintInk = '#6f7682';
/** Color of grid lines. */
export const gridColor = '#e9ebef';
/** Inter if installed, or else the system's font. */
export const font = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';
