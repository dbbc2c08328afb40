// Lists, gets a token, creates and watches through the client of oapi-codegen.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	api "clients/forgebridge"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func check(holds bool, what string, body []byte) {
	if !holds {
		log.Fatalf("%s: %s", what, body)
	}
}

func connect(url string) *api.ClientWithResponses {
	withKey := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+os.Getenv("API_KEY"))
		return nil
	}
	return must(api.NewClientWithResponses(url, api.WithRequestEditorFn(withKey)))
}

func files() *[]api.SeedFile {
	var text, binary api.SeedFile
	if err := text.FromTextFile(api.TextFile{Path: "note.txt", Text: "{{name}}\n"}); err != nil {
		log.Fatal(err)
	}
	if err := binary.FromBinaryFile(api.BinaryFile{Path: "data.bin", Base64: []byte{0, 1}}); err != nil {
		log.Fatal(err)
	}
	return &[]api.SeedFile{text, binary}
}

func watch(client *api.ClientWithResponses, id string, subject *string) *api.Operation {
	for {
		params := api.GetOperationParams{ForgebridgeSubject: subject}
		reply := must(client.GetOperationWithResponse(context.Background(), id, &params))
		check(reply.JSON200 != nil, "getOperation", reply.Body)
		if reply.Headers200.RetryAfter == nil {
			return reply.JSON200
		}
		time.Sleep(time.Duration(*reply.Headers200.RetryAfter) * time.Second)
	}
}

func main() {
	background := context.Background()
	client := connect(os.Getenv("PUBLIC_URL"))
	subject, repository, template := os.Getenv("SUBJECT"), os.Getenv("REPOSITORY"), "templates/starter"

	listParams := api.ListConnectionsParams{ForgebridgeSubject: &subject}
	connections := must(client.ListConnectionsWithResponse(background, &listParams))
	check(connections.JSON200 != nil, "listConnections", connections.Body)
	connection := connections.JSON200.Items[0].Id

	tokenParams := api.CreateTokenParams{ForgebridgeSubject: &subject}
	token := must(client.CreateTokenWithResponse(background, connection, &tokenParams, api.CreateTokenJSONRequestBody{}))
	check(token.JSON200 != nil, "createToken", token.Body)

	createParams := api.CreateRepositoryParams{ForgebridgeSubject: &subject, IdempotencyKey: repository}
	accepted := must(client.CreateRepositoryWithResponse(background, &createParams, api.CreateRepositoryJSONRequestBody{
		Connection: connection,
		Name:       repository,
		Template:   &template,
		Files:      files(),
	}))
	check(accepted.JSON202 != nil, "createRepository", accepted.Body)
	operation := watch(client, accepted.JSON202.Id, &subject)
	check(operation.Result != nil, "result", nil)

	getParams := api.GetConnectionParams{ForgebridgeSubject: &subject}
	missing := must(client.GetConnectionWithResponse(background, strings.Repeat("x", 22), &getParams))
	check(missing.ApplicationproblemJSON404 != nil, "getConnection", missing.Body)

	repositoryParams := api.ListRepositoriesParams{ForgebridgeSubject: &subject}
	limited := must(client.ListRepositoriesWithResponse(background, connection, &repositoryParams))
	check(limited.ApplicationproblemJSON429 != nil, "listRepositories", limited.Body)
	check(limited.ApplicationproblemJSON429.Code == "RateLimited", "its code", limited.Body)

	gateway := connect(os.Getenv("THROTTLING_URL"))
	throttled := must(gateway.ListConnectionsWithResponse(background, &listParams))
	check(throttled.JSON429 != nil, "throttled", throttled.Body)
	message := must(throttled.JSON429.AsThrottleMessage())
	later := must(gateway.GetConnectionWithResponse(background, strings.Repeat("x", 22), &getParams))
	check(later.ApplicationproblemJSON404 != nil, "of a later version", later.Body)

	var report bytes.Buffer
	if err := json.NewEncoder(&report).Encode(map[string]any{
		"accessToken": token.JSON200.AccessToken,
		"status":      operation.Status,
		"fullName":    operation.Result.FullName,
		"missing":     missing.ApplicationproblemJSON404.Code,
		"later":       later.ApplicationproblemJSON404.Code,
		"limited":     limited.ApplicationproblemJSON429.RetryAfter,
		"throttled":   message.Message,
	}); err != nil {
		log.Fatal(err)
	}
	fmt.Print(report.String())
}
