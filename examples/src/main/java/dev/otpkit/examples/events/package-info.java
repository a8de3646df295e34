/** Listeners of events: the examples of docs/events.md. */
@NullMarked
package dev.otpkit.examples.events;

import org.jspecify.annotations.NullMarked;
