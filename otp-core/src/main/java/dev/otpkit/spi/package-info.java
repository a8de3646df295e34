/**
 * The SPI: the interfaces of stores, channels, generators, renderers and verifiers, and the values that they exchange
 * with a manager.
 */
@NullMarked
package dev.otpkit.spi;

import org.jspecify.annotations.NullMarked;
