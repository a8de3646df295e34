/** The state of recipients and clients in a store: its encoding, and its changes by compare and exchange. */
@NullMarked
package dev.otpkit.internal.state;

import org.jspecify.annotations.NullMarked;
