package dev.otpkit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.api.fixture.Shapes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the API of each published module with the list that is kept beside its sources. */
class ApiTest {
    private static final Path ROOT = Path.of("..");

    /** The system property that makes these tests rewrite the lists. */
    private static final String WRITE = "api.write";

    @ParameterizedTest
    @MethodSource("published")
    void theApiOfAModuleIsTheListedOne(String module) throws IOException {
        Path list = ROOT.resolve(module).resolve("api").resolve(module + ".api");
        String actual = ApiList.ofModule(ROOT.resolve(module).resolve("target/classes"));
        if (System.getProperty(WRITE) != null) {
            Files.createDirectories(list.getParent());
            Files.writeString(list, actual);
        }

        assertThat(actual)
                .as("API of %s; CONTRIBUTING.md has the command that rewrites the lists", module)
                .isEqualTo(Files.readString(list));
    }

    @Test
    void aListHasAllThatAnotherPackageCanUseAndNothingElse() {
        List<Class<?>> types = Stream.concat(Stream.of(Shapes.class), Stream.of(Shapes.class.getDeclaredClasses()))
                .flatMap(type -> Stream.concat(Stream.of(type), Stream.of(type.getDeclaredClasses())))
                .distinct()
                .toList();

        assertThat(ApiList.of(types).replace(Shapes.class.getName(), "Shapes")).isEqualTo("""
                        public final class Shapes {
                        }

                        public static final record Shapes$Circle(double radius, @Nullable String label) implements \
                        Shapes$Shape {
                          public static final String NAME = "circle"
                          public static final int CORNERS = 0
                          public static final java.util.List<String> ALIASES
                          public Circle(double, @Nullable String)
                          public @Nullable String label()
                          public double radius()
                        }

                        public static final enum Shapes$Colour {
                          RED
                          BLUE
                          public int code()
                        }

                        public static @interface Shapes$Drawn extends java.lang.annotation.Annotation {
                          public abstract int times() default
                        }

                        @FunctionalInterface public static interface Shapes$Pen {
                          public abstract void draw(Shapes$Shape)
                          public default void rest()
                        }

                        public static sealed interface Shapes$Shape permits Shapes$Circle, Shapes$Square {
                        }

                        public static class Shapes$Square extends Shapes$Base implements Shapes$Shape {
                          protected final long side
                          protected Square(long)
                          @Deprecated public <T extends Comparable<T>> java.util.Map<String, T[]> draw(int, T, \
                        String...) throws java.io.IOException
                          protected static void fold()
                          public @Nullable Shapes$Shape parent()
                        }
                        """);
    }

    static Stream<String> published() {
        return ArchitectureTest.published();
    }
}
