import com.google.gson.Gson;
import java.util.List;
import java.util.Map;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.ApiResponse;
import org.openapitools.client.api.ConnectionsApi;
import org.openapitools.client.api.OperationsApi;
import org.openapitools.client.model.BinaryFile;
import org.openapitools.client.model.Connection;
import org.openapitools.client.model.CreateRepositoryRequest;
import org.openapitools.client.model.Operation;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.Refusal;
import org.openapitools.client.model.SeedFile;
import org.openapitools.client.model.TextFile;
import org.openapitools.client.model.Token;

/** Lists, gets a token, creates and watches through the Java client of openapi-generator. */
public final class Main {
  private static final String subject = System.getenv("SUBJECT");
  private static final String repository = System.getenv("REPOSITORY");

  private interface Call {
    Object make() throws ApiException;
  }

  public static void main(String[] arguments) throws Exception {
    var client = client(System.getenv("PUBLIC_URL"));
    var connections = new ConnectionsApi(client);
    var operations = new OperationsApi(client);

    Connection connection = connections.listConnections(subject, null).getItems().get(0);
    Token token = connections.createToken(connection.getId(), subject, null);

    var request =
        new CreateRepositoryRequest()
            .connection(connection.getId())
            .name(repository)
            .template("templates/starter")
            .files(
                List.of(
                    new SeedFile(new TextFile().path("note.txt").text("{{name}}\n")),
                    new SeedFile(new BinaryFile().path("data.bin").base64(new byte[] {0, 1}))));
    Operation accepted = operations.createRepository(repository, request, subject);
    Operation operation = watch(operations, accepted.getId());

    Problem missing =
        refusal(404, () -> connections.getConnection("x".repeat(22), subject)).getProblem();

    Problem limited =
        refusal(429, () -> connections.listRepositories(connection.getId(), subject, null, null))
            .getProblem();
    check(limited.getCode().equals("RateLimited"), limited);

    var gateway = new ConnectionsApi(client(System.getenv("THROTTLING_URL")));
    var throttled = refusal(429, () -> gateway.listConnections(subject, null)).getThrottleMessage();
    Problem later = refusal(404, () -> gateway.getConnection("x".repeat(22), subject)).getProblem();

    System.out.println(
        new Gson()
            .toJson(
                Map.of(
                    "accessToken", token.getAccessToken(),
                    "status", operation.getStatus(),
                    "fullName", operation.getResult().getFullName(),
                    "missing", missing.getCode(),
                    "later", later.getCode(),
                    "limited", limited.getRetryAfter(),
                    "throttled", throttled.getMessage())));
    // The HTTP client keeps threads for a minute that would hold the process.
    System.exit(0);
  }

  private static ApiClient client(String url) {
    var client = new ApiClient();
    client.setBasePath(url);
    client.setBearerToken(System.getenv("API_KEY"));
    return client;
  }

  private static Operation watch(OperationsApi operations, String id) throws Exception {
    while (true) {
      ApiResponse<Operation> reply = operations.getOperationWithHttpInfo(id, subject, null);
      var wait = reply.getHeaders().get("retry-after");
      if (wait == null) return reply.getData();
      Thread.sleep(1_000 * Long.parseLong(wait.get(0)));
    }
  }

  private static Refusal refusal(int status, Call call) {
    try {
      throw new AssertionError(call.make());
    } catch (ApiException refused) {
      check(refused.getCode() == status, refused);
      return refused.getErrorObject();
    }
  }

  private static void check(boolean holds, Object what) {
    if (!holds) throw new AssertionError(what);
  }
}
