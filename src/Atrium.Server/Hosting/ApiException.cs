using Atrium.Contracts;

namespace Atrium.Server.Hosting;

/// <summary>Refuses a caller. Code, message and problems leave the process as they are, so they hold no secret and no inner detail.</summary>
internal sealed class ApiException : Exception
{
    private ApiException(int status, string code, string message, string? target = null, IReadOnlyList<Problem>? problems = null)
        : base(message)
    {
        Status = status;
        Code = code;
        Target = target;
        Problems = problems ?? [];
    }

    public int Status { get; }

    public string Code { get; }

    public string? Target { get; }

    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>The right that was wanting, for the activity log; null where the refusal is for another reason.</summary>
    public DeniedAction? Denied { get; private init; }

    /// <summary>Sent as <c>additionalInfo</c>; empty for none.</summary>
    public IReadOnlyList<ErrorInfo> Info { get; private init; } = [];

    /// <summary>Sent as the <c>Retry-After</c> header.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>Whether the same call may do better later: who was asked for it is busy, failing, slow or away.</summary>
    public bool MayPass { get; private init; }

    /// <summary>Sent as the <c>WWW-Authenticate</c> header.</summary>
    public string? Challenge { get; private init; }

    public static ApiException Invalid(IReadOnlyList<Problem> problems) => problems is [var only]
        ? new(400, only.Code, only.Message, only.Target, problems)
        : new(400, "ValidationFailed", $"{problems.Count} values of the request are wrong; 'details' lists them.", problems: problems);

    /// <summary>The same in a dialect that has one code for whatever is wrong.</summary>
    public static ApiException Invalid(string code, IReadOnlyList<Problem> problems) => problems is [var only]
        ? new(400, code, only.Message, only.Target, problems)
        : new(400, code, $"{problems.Count} values of the request are wrong: {string.Join(' ', problems.Select(p => p.Message))}", problems[0].Target, problems);

    public static ApiException Invalid(string target, string message, string code = ProblemCodes.InvalidValue) => Invalid([new(target, message, code)]);

    public static ApiException BadRequest(string code, string message, string? target = null) => new(400, code, message, target);

    public static ApiException Unauthenticated(string code, string message, string? challenge = null) => new(401, code, message) { Challenge = challenge };

    /// <summary>The same words whether or not the resource exists.</summary>
    public static ApiException Forbidden(string callerId, string action, ResourceId scope) => new(
        403,
        "AuthorizationFailed",
        $"The client with object id '{callerId}' does not have authorization to perform action '{action}' over scope '{scope}', or the scope is invalid.")
    {
        Denied = new(action, scope),
    };

    public static ApiException Forbidden(string code, string message) => new(403, code, message);

    /// <summary>A policy does not let it be written.</summary>
    public static ApiException Disallowed(string code, string message, ResourceId id, IReadOnlyList<ErrorInfo> info) => new(403, code, message, id.Name)
    {
        Denied = new("Microsoft.Authorization/policies/deny/action", id),
        Info = info,
    };

    public static ApiException NotFound(ResourceId id) => id.Type switch
    {
        ResourceId.SubscriptionType => new(404, "SubscriptionNotFound", $"The subscription '{id.Name}' could not be found."),
        ResourceId.ResourceGroupType => new(404, "ResourceGroupNotFound", $"Resource group '{id.Name}' could not be found."),
        _ => new(404, "ResourceNotFound", $"The resource '{id}' was not found."),
    };

    public static ApiException NotFound(string code, string message) => new(404, code, message);

    public static ApiException MethodNotAllowed(string method, string allowed) =>
        new(405, "MethodNotAllowed", $"{method} is not possible here. Possible: {allowed}.");

    public static ApiException Conflict(string code, string message, string? target = null) => new(409, code, message, target);

    public static ApiException VersionMismatch(ResourceId id) =>
        new(412, "PreconditionFailed", $"The stored version of '{id}' is not the one that the condition names. Nothing was written. Read it again.");

    public static ApiException TooLarge(long limit) => new(413, "RequestTooLarge", $"The request's body has more than {limit} bytes.");

    public static ApiException RangeNotSatisfiable(string code, string message) => new(416, code, message);

    public static ApiException UnsupportedMediaType(string found, string wanted = "application/json") =>
        new(415, "UnsupportedMediaType", $"The content type '{found}' is not read here. Send {wanted}.");

    public static ApiException TooManyRequests(string message, TimeSpan retryAfter) => new(429, "TooManyRequests", message) { RetryAfter = retryAfter };

    public static ApiException Internal(string correlationId) => new(500, "InternalServerError", $"The server failed. Correlation id: {correlationId}.");

    public static ApiException DiskFull() => new(507, "InsufficientStorage", "The server's disk is full.");

    public static ApiException NotBuilt(string what) => new(501, "NotImplemented", $"{what} is not built yet. The README lists what is.");

    /// <summary>Nothing here can answer it, and the message says what could.</summary>
    public static ApiException NoModel(string message) => new(501, "NotImplemented", message);

    public static ApiException Unavailable(string code, string message, TimeSpan? retryAfter = null) => new(503, code, message) { RetryAfter = retryAfter };

    /// <summary>A refusal of a published data plane that has codes and statuses of its own.</summary>
    public static ApiException Published(int status, string code, string message) => new(status, code, message);

    public static ApiException Upstream(int status, string code, string message, TimeSpan? retryAfter = null, string? target = null, bool mayPass = false) =>
        new(status, code, message, target) { RetryAfter = retryAfter, MayPass = mayPass };
}

/// <summary>What a caller may not do, and where.</summary>
internal sealed record DeniedAction(string Action, ResourceId Scope);
