package dev.otpkit;

import dev.otpkit.DeliveryChain.NamedChannel;
import dev.otpkit.internal.rules.RecipientRules.Issue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The order of the channels of one send, by what is known of earlier messages. */
final class RouteOrder {
    private RouteOrder() {}

    /** Returns the media of the channels, each at least once. */
    static List<String> media(List<NamedChannel> route) {
        List<String> media = new ArrayList<>(route.size());
        for (NamedChannel each : route) {
            media.add(each.medium());
        }
        return media;
    }

    /**
     * Returns the channels to try, in order: it begins after the channel whose message of this challenge did not
     * arrive, which is tried last, and leaves out the media that the recipient has opted out of. Usually that is the
     * route itself.
     */
    static List<NamedChannel> of(List<NamedChannel> route, Issue.Issued issued) {
        String failed = issued.challenge().trace().failedChannel();
        List<String> optedOut = issued.next().standing().optedOut();
        if (failed == null && optedOut.isEmpty()) {
            return route;
        }
        List<NamedChannel> order = new ArrayList<>(route);
        for (int i = 0; i < order.size(); i++) {
            if (order.get(i).name().equals(failed)) {
                Collections.rotate(order, -(i + 1));
                break;
            }
        }
        order.removeIf(channel -> optedOut.contains(channel.medium()));
        return order;
    }

    /** Returns the channel with a name; null if none of the route has it. */
    static @Nullable NamedChannel named(List<NamedChannel> route, String name) {
        for (NamedChannel each : route) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        return null;
    }
}
