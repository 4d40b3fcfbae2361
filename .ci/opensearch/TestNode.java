import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.icu.ICUFoldingFilter;
import org.apache.lucene.analysis.icu.segmentation.ICUTokenizer;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.analysis.AbstractTokenFilterFactory;
import org.opensearch.index.analysis.AbstractTokenizerFactory;
import org.opensearch.index.analysis.NormalizingTokenFilterFactory;
import org.opensearch.index.analysis.TokenFilterFactory;
import org.opensearch.index.analysis.TokenizerFactory;
import org.opensearch.index.mapper.MapperExtrasPlugin;
import org.opensearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.plugins.AnalysisPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.transport.Netty4Plugin;

/** One OpenSearch node in one process, for tests. Arguments: data directory, HTTP port, transport port. */
public final class TestNode extends Node {
  private TestNode(Environment environment) {
    super(
        environment,
        List.of(
            CommonAnalysisPlugin.class,
            MapperExtrasPlugin.class,
            Netty4Plugin.class,
            PainlessPlugin.class,
            IcuAnalysis.class),
        true);
  }

  /** The two parts of the plugin analysis-icu that the platform uses. The plugin itself is not on Maven Central. */
  public static final class IcuAnalysis extends Plugin implements AnalysisPlugin {
    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
      return Map.of("icu_tokenizer", IcuTokenizerFactory::new);
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
      return Map.of("icu_folding", IcuFoldingFactory::new);
    }
  }

  private static final class IcuTokenizerFactory extends AbstractTokenizerFactory {
    IcuTokenizerFactory(IndexSettings index, Environment environment, String name, Settings settings) {
      super(index, settings, name);
    }

    @Override
    public Tokenizer create() {
      return new ICUTokenizer();
    }
  }

  private static final class IcuFoldingFactory extends AbstractTokenFilterFactory
      implements NormalizingTokenFilterFactory {
    IcuFoldingFactory(IndexSettings index, Environment environment, String name, Settings settings) {
      super(index, name, settings);
    }

    @Override
    public TokenStream create(TokenStream words) {
      return new ICUFoldingFilter(words);
    }
  }

  private static Settings settings(Path home, String httpPort, String transportPort) {
    return Settings.builder()
        .put("path.home", home.toString())
        .put("cluster.name", "tests-" + httpPort)
        .put("node.name", "test-node")
        .put("discovery.type", "single-node")
        .put("network.host", "127.0.0.1")
        .put("http.port", httpPort)
        .put("transport.port", transportPort)
        .put("cluster.routing.allocation.disk.threshold_enabled", false)
        .build();
  }

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]).toAbsolutePath();
    Path config = Files.createDirectories(home.resolve("config"));
    TestNode node = new TestNode(new Environment(settings(home, arguments[1], arguments[2]), config));
    node.start();
    new CountDownLatch(1).await();
  }
}
