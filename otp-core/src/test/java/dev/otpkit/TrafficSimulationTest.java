package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.TrafficLimits.Mode;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.DeliveryReceipt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A pumping attack over 10 000 numbers in 5 countries, beside honest traffic in others and a little in one of the five.
 * Everything is drawn from a seed, on a clock that the test moves.
 */
class TrafficSimulationTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final int HISTORY_DAYS = 1;
    private static final int ATTACKED_NUMBERS = 10_000;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration ATTACK = Duration.ofHours(6);

    /** The countries that the application serves, and the numbers of people that sign in per day. */
    private static final List<Country> SERVED = List.of(
            new Country("SA", "+96650%07d", 1_200, 0.93),
            new Country("AE", "+97150%07d", 800, 0.95),
            new Country("EG", "+2010%08d", 1_200, 0.80),
            new Country("IN", "+9198%08d", 1_000, 0.85),
            new Country("DE", "+491512%07d", 500, 0.90));

    private static final Country SERVED_AND_ATTACKED = new Country("BD", "+88017%08d", 60, 0.85);

    private static final List<Country> ATTACKED = List.of(
            SERVED_AND_ATTACKED,
            new Country("PK", "+92300%07d", 0, 0),
            new Country("LK", "+9477%07d", 0, 0),
            new Country("AZ", "+99450%07d", 0, 0),
            new Country("ID", "+62812%08d", 0, 0));

    private record Country(String region, String format, int peoplePerDay, double verified) {
        Recipient number(int i) {
            return Recipient.phone(String.format(Locale.ROOT, format, i), null);
        }
    }

    /** The defences of a run. */
    private enum Defence {
        NOTHING("nothing"),
        LIMITS("limits"),
        CONVERSION("limits and conversion, enforced");

        final String title;

        Defence(String title) {
            this.title = title;
        }

        /** Returns the budgets, with the conversion recorded before the attack and enforced during it. */
        @Nullable TrafficLimits limits(boolean attack) {
            TrafficLimits.Builder limits =
                    TrafficLimits.builder().inAll(RateLimit.of(20_000, DAY)).perCountry(RateLimit.of(200, DAY));
            for (Country served : SERVED) {
                limits.country(served.region(), RateLimit.of(5_000, DAY));
            }
            limits.perPrefix(RateLimit.of(20, HOUR))
                    .perClient(RateLimit.of(20, HOUR))
                    .countriesPerClient();
            return switch (this) {
                case NOTHING -> null;
                case LIMITS -> limits.build();
                case CONVERSION ->
                    limits.conversion(attack ? Mode.ENFORCE : Mode.RECORD).build();
            };
        }
    }

    /** A moment at which someone does something. */
    private record Action(long at, long order, Runnable what) {}

    /**
     * The result of a run.
     *
     * @param passed the messages of the attack that were sent
     * @param afterNotice those among them that were sent after the first event that names a budget
     * @param attemptsAfterNotice the sends that the attack asked for after that event
     * @param refusedElsewhere the people of other countries who were refused during the attack
     * @param refusedThere the people of an attacked country who were refused during the attack
     */
    private record Outcome(
            int passed, int afterNotice, int attemptsAfterNotice, int refusedElsewhere, int refusedThere) {
        double share() {
            return attemptsAfterNotice == 0 ? 1 : (double) afterNotice / attemptsAfterNotice;
        }
    }

    @Test
    void underTwoPercentOfAnAttackPassOnceItIsNoticedAndNoOneElsewhereIsRefused() throws IOException {
        List<String> table = new ArrayList<>();
        for (Defence defence : Defence.values()) {
            Outcome few = new World(defence, 5).run();
            // Without a defence the number of clients makes no difference.
            Outcome many = defence == Defence.NOTHING ? few : new World(defence, 2_500).run();
            table.add("| " + defence.title + " | " + row(few) + " | " + row(many) + " | "
                    + (few.refusedElsewhere() + many.refusedElsewhere()) + " | "
                    + (few.refusedThere() + many.refusedThere()) + " |");
            for (Outcome each : List.of(few, many)) {
                assertThat(each.refusedElsewhere()).as("with %s", defence).isZero();
                if (defence == Defence.NOTHING) {
                    assertThat(each.passed()).isEqualTo(ATTACKED_NUMBERS);
                } else if (defence == Defence.CONVERSION) {
                    assertThat(each.share()).isLessThan(0.02);
                }
            }
        }
        assertThat(Files.readAllLines(Path.of("../docs/abuse.md"))).containsAll(table);
    }

    private static String row(Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "%d | %s",
                outcome.passed(),
                outcome.attemptsAfterNotice() == 0
                        ? "not noticed"
                        : String.format(Locale.ROOT, "%.1f %%", 100 * outcome.share()));
    }

    /** One run: a day of honest traffic, and a second one, which ends with an attack of six hours. */
    private static final class World {
        private final Random random = new Random(20_260_301);
        private final ManagerFixture fixture = new ManagerFixture();
        private final Defence defence;
        private final int clients;
        private final PriorityQueue<Action> actions =
                new PriorityQueue<>(Comparator.comparingLong(Action::at).thenComparingLong(Action::order));
        private final Set<Recipient> known = new HashSet<>();
        private final Map<Recipient, String> codes = new HashMap<>();
        private final long attackAt = START.plus(DAY.multipliedBy(HISTORY_DAYS))
                .plus(HOUR.multipliedBy(12))
                .toEpochMilli();
        private OtpManager otp;
        private boolean noticed;
        private int passed;
        private int afterNotice;
        private int attemptsAfterNotice;
        private int refusedElsewhere;
        private int refusedThere;

        World(Defence defence, int clients) {
            this.defence = defence;
            this.clients = clients;
            fixture.sms.does(message -> {
                codes.put(message.recipient(), message.code());
                fixture.sms.messages.clear();
                return DeliveryReceipt.accepted();
            });
            this.otp = manager(false);
        }

        private OtpManager manager(boolean attack) {
            OtpManager.Builder builder = fixture.bare()
                    .channel(fixture.sms)
                    .listener(event -> noticed |= attack && event instanceof OtpEvent.TrafficLimited);
            TrafficLimits limits = defence.limits(attack);
            return (limits == null ? builder : builder.trafficLimits(limits)).build();
        }

        Outcome run() {
            for (int day = 0; day <= HISTORY_DAYS; day++) {
                for (Country country : SERVED) {
                    signIns(country, day);
                }
                signIns(SERVED_AND_ATTACKED, day);
            }
            at(attackAt - 1, () -> otp = manager(true));
            attack();
            long end = attackAt + ATTACK.toMillis();
            for (Action next = actions.remove(); next.at() < end; next = actions.remove()) {
                fixture.clock.set(Instant.ofEpochMilli(next.at()));
                next.what().run();
            }
            return new Outcome(passed, afterNotice, attemptsAfterNotice, refusedElsewhere, refusedThere);
        }

        /** People sign in between 6 and 22 o'clock; one of ten asks for the code again. */
        private void signIns(Country country, int day) {
            long morning =
                    START.plus(DAY.multipliedBy(day)).plus(HOUR.multipliedBy(6)).toEpochMilli();
            for (int i = 0; i < country.peoplePerDay(); i++) {
                Recipient recipient = someone(country);
                String client = String.format(Locale.ROOT, "2001:db8:%x:%x::1", day, random.nextInt(0x10000));
                long at = morning + random.nextInt((int) HOUR.multipliedBy(16).toMillis());
                boolean verifies = random.nextDouble() < country.verified();
                boolean again = random.nextInt(10) == 0;
                at(at, () -> send(recipient, client));
                if (again) {
                    at(at + 45_000, () -> send(recipient, client));
                }
                if (verifies) {
                    at(at + 50_000 + random.nextInt(60_000), () -> verify(recipient, client));
                }
            }
        }

        private void send(Recipient recipient, String client) {
            SendResult result = otp.send(OtpRequest.to(recipient).clientAddress(client));
            if (!result.isSent() && fixture.clock.instant().toEpochMilli() >= attackAt) {
                if (ATTACKED.stream().anyMatch(each -> each.region().equals(((PhoneNumber) recipient).region()))) {
                    refusedThere++;
                } else {
                    refusedElsewhere++;
                }
            }
        }

        private void verify(Recipient recipient, String client) {
            String code = codes.get(recipient);
            if (code != null) {
                otp.verify(VerifyRequest.of(recipient, code).clientAddress(client));
            }
        }

        private Recipient someone(Country country) {
            Recipient recipient;
            do {
                recipient = country.number(1_000_000 + random.nextInt(8_000_000));
            } while (!known.add(recipient));
            return recipient;
        }

        /** One message to each of 2000 numbers in four ranges of each country, within six hours, in any order. */
        private void attack() {
            for (int i = 0; i < ATTACKED_NUMBERS; i++) {
                Country country = ATTACKED.get(i % ATTACKED.size());
                int number = i / ATTACKED.size();
                Recipient recipient = country.number(9_100_000 + 10_000 * (number % 4) + number);
                String client = "client " + random.nextInt(clients);
                at(attackAt + random.nextInt((int) ATTACK.toMillis()), () -> pump(recipient, client));
            }
        }

        private void pump(Recipient recipient, String client) {
            boolean noticedBefore = noticed;
            boolean sent =
                    otp.send(OtpRequest.to(recipient).clientAddress(client)).isSent();
            passed += sent ? 1 : 0;
            if (noticedBefore) {
                attemptsAfterNotice++;
                afterNotice += sent ? 1 : 0;
            }
        }

        private void at(long moment, Runnable what) {
            actions.add(new Action(moment, actions.size(), what));
        }
    }
}
