package dev.otpkit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** Holds that each published POM has the metadata that Maven Central asks for. */
class PublishedPomTest {
    private static final Path ROOT = Path.of("..");
    private static final String PARENT = ".";
    private static final String BOM = "otp-bom";

    /** Maven takes these from the parent where a POM has none, and leaves the name and the description. */
    private static final List<String> INHERITED = List.of(
            "groupId",
            "version",
            "url",
            "licenses/license/name",
            "licenses/license/url",
            "developers/developer/name",
            "developers/developer/organization",
            "scm/connection",
            "scm/developerConnection",
            "scm/url",
            "issueManagement/system",
            "issueManagement/url");

    private static final List<String> OWN = List.of("artifactId", "name", "description");

    @ParameterizedTest
    @MethodSource("published")
    void aPublishedPomHasWhatMavenCentralAsksFor(String module) throws Exception {
        assertThat(missing(effective(module)))
                .as("elements that %s lacks", module)
                .isEmpty();
    }

    @Test
    void aMissingElementIsNamed() throws Exception {
        Path pom = ROOT.resolve("otp-core/pom.xml");

        assertThat(missing(List.of(project(pom)))).containsExactlyElementsOf(INHERITED);
        assertThat(missing(List.of(project(ROOT.resolve("pom.xml")), project(pom))))
                .isEmpty();
    }

    /** By default Maven appends the name of the module, which leads nowhere. */
    @Test
    void theUrlsOfAModuleAreThoseOfTheProject() throws Exception {
        Element root = project(ROOT.resolve("pom.xml"));

        assertThat(root.getAttribute("child.project.url.inherit.append.path")).isEqualTo("false");
        for (String url : List.of("connection", "developerConnection", "url")) {
            assertThat(child(root, "scm").getAttribute("child.scm." + url + ".inherit.append.path"))
                    .as(url)
                    .isEqualTo("false");
        }
    }

    @Test
    void theListOfVersionsHasNoParentAndSaysTheSame() throws Exception {
        Element root = project(ROOT.resolve("pom.xml"));
        Element bom = project(ROOT.resolve(BOM).resolve("pom.xml"));

        assertThat(child(bom, "parent")).isNull();
        for (String path : INHERITED) {
            assertThat(text(bom, path)).as(path).isEqualTo(text(root, path));
        }
    }

    @Test
    void theListOfVersionsHasEachPublishedJar() throws Exception {
        Set<String> listed = new TreeSet<>();
        Element managed =
                child(child(project(ROOT.resolve(BOM).resolve("pom.xml")), "dependencyManagement"), "dependencies");
        for (Element dependency : children(managed, "dependency")) {
            listed.add(text(dependency, "artifactId"));
        }
        Set<String> jars = new TreeSet<>(published().toList());
        jars.removeAll(Set.of(PARENT, BOM));

        assertThat(listed).isEqualTo(jars);
    }

    /** Nothing else keeps them off Maven Central. */
    @Test
    void aModuleThatIsNotPublishedSaysSo() throws Exception {
        List<String> notPublished = new ArrayList<>(modules());
        notPublished.removeAll(published().toList());

        assertThat(notPublished)
                .containsExactlyInAnyOrder(
                        "examples-adapters",
                        "testkit-tests",
                        "examples",
                        "examples-spring",
                        "examples-web",
                        "examples-quarkus",
                        "examples-micronaut",
                        "benchmarks");
        for (String module : notPublished) {
            for (String skip : List.of(
                    "gpg.skip",
                    "maven.deploy.skip",
                    "maven.install.skip",
                    "maven.javadoc.skip",
                    "maven.source.skip",
                    "skipPublishing")) {
                assertThat(text(project(ROOT.resolve(module).resolve("pom.xml")), "properties/" + skip))
                        .as("%s of %s", skip, module)
                        .isEqualTo("true");
            }
        }
    }

    /** The plugin for Central fails on a module without a jar, also if it does not publish it. */
    @Test
    void noModuleLeavesOutAnEmptyJar() throws Exception {
        for (String module : modules()) {
            assertThat(Files.readString(ROOT.resolve(module).resolve("pom.xml")))
                    .as(module)
                    .doesNotContain("skipIfEmpty");
        }
    }

    static Stream<String> published() throws Exception {
        List<String> published = new ArrayList<>(List.of(PARENT));
        for (String module : modules()) {
            if (module.startsWith("otp-")) {
                published.add(module);
            }
        }
        return published.stream();
    }

    private static List<String> modules() throws Exception {
        return children(child(project(ROOT.resolve("pom.xml")), "modules"), "module").stream()
                .map(Element::getTextContent)
                .toList();
    }

    /** Returns a POM and, before it, its parent if it has one. */
    private static List<Element> effective(String module) throws Exception {
        Element pom = project(ROOT.resolve(module).resolve("pom.xml"));
        return child(pom, "parent") == null ? List.of(pom) : List.of(project(ROOT.resolve("pom.xml")), pom);
    }

    private static List<String> missing(List<Element> parentAndPom) {
        Element pom = parentAndPom.get(parentAndPom.size() - 1);
        return Stream.concat(
                        OWN.stream().filter(path -> text(pom, path).isEmpty()),
                        INHERITED.stream()
                                .filter(path -> parentAndPom.stream()
                                        .allMatch(each -> text(each, path).isEmpty())))
                .toList();
    }

    private static Element project(Path pom) throws IOException, ParserConfigurationException, SAXException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        return factory.newDocumentBuilder().parse(pom.toFile()).getDocumentElement();
    }

    /** Returns the text at a path of element names, or an empty one. */
    private static String text(Element parent, String path) {
        Element each = parent;
        for (String name : path.split("/", -1)) {
            each = child(each, name);
            if (each == null) {
                return "";
            }
        }
        return each.getTextContent().strip();
    }

    private static Element child(Element parent, String name) {
        return children(parent, name).stream().findFirst().orElse(null);
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                children.add(element);
            }
        }
        return children;
    }
}
