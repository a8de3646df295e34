/** Endpoints that send and verify codes, and receive reports of deliveries. */
@NullMarked
package dev.otpkit.spring.web;

import org.jspecify.annotations.NullMarked;
