namespace Atrium.Portal.Api;

/// <summary>The published names of what the pages offer to do.</summary>
public static class Actions
{
    /// <summary>See a hub or project.</summary>
    public const string ReadWorkspace = "Microsoft.MachineLearningServices/workspaces/read";

    /// <summary>Change a hub or project.</summary>
    public const string WriteWorkspace = "Microsoft.MachineLearningServices/workspaces/write";

    /// <summary>Delete a hub or project.</summary>
    public const string DeleteWorkspace = "Microsoft.MachineLearningServices/workspaces/delete";

    /// <summary>Ask what a hub or project may call.</summary>
    public const string Diagnose = "Microsoft.MachineLearningServices/workspaces/diagnose/action";

    /// <summary>Make hubs.</summary>
    public const string MakeHub = "Microsoft.MachineLearningServices/workspaces/hubs/write";

    /// <summary>Make projects in a hub.</summary>
    public const string JoinHub = "Microsoft.MachineLearningServices/workspaces/hubs/join/action";

    /// <summary>Make connections.</summary>
    public const string WriteConnection = "Microsoft.MachineLearningServices/workspaces/connections/write";

    /// <summary>Delete connections.</summary>
    public const string DeleteConnection = "Microsoft.MachineLearningServices/workspaces/connections/delete";

    /// <summary>Call what a connection leads to.</summary>
    public const string TestConnection = "Microsoft.MachineLearningServices/workspaces/connections/testconnection/action";

    /// <summary>Read a connection's secret.</summary>
    public const string ShowConnection = "Microsoft.MachineLearningServices/workspaces/connections/listsecrets/action";

    /// <summary>Make deployments of the hub's account.</summary>
    public const string WriteDeployment = "Microsoft.CognitiveServices/accounts/deployments/write";

    /// <summary>Delete deployments of the hub's account.</summary>
    public const string DeleteDeployment = "Microsoft.CognitiveServices/accounts/deployments/delete";

    /// <summary>Make deployments of a project.</summary>
    public const string WriteProjectDeployment = "Microsoft.MachineLearningServices/workspaces/deployments/write";

    /// <summary>Delete deployments of a project.</summary>
    public const string DeleteProjectDeployment = "Microsoft.MachineLearningServices/workspaces/deployments/delete";

    /// <summary>Read the keys of the hub's account.</summary>
    public const string ListKeys = "Microsoft.CognitiveServices/accounts/listKeys/action";

    /// <summary>Make a key of the hub's account anew.</summary>
    public const string RegenerateKey = "Microsoft.CognitiveServices/accounts/regenerateKey/action";

    /// <summary>Read the keys of a project.</summary>
    public const string ListProjectKeys = "Microsoft.MachineLearningServices/workspaces/listApiKeys/action";

    /// <summary>Make a key of a project anew.</summary>
    public const string RegenerateProjectKey = "Microsoft.MachineLearningServices/workspaces/regenerateApiKey/action";

    /// <summary>Give roles.</summary>
    public const string WriteRole = "Microsoft.Authorization/roleAssignments/write";

    /// <summary>Take roles away.</summary>
    public const string DeleteRole = "Microsoft.Authorization/roleAssignments/delete";

    /// <summary>See who has which role.</summary>
    public const string ReadRoles = "Microsoft.Authorization/roleAssignments/read";

    /// <summary>Add users, groups, service principals.</summary>
    public const string WritePrincipal = "Microsoft.Authorization/principals/write";

    /// <summary>See usage.</summary>
    public const string ReadUsage = "Atrium.Usage/totals/read";

    /// <summary>See the activity log.</summary>
    public const string ReadActivity = "Microsoft.Insights/eventtypes/values/read";

    /// <summary>Compare texts, as a data action.</summary>
    public const string Embed = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/embeddings/action";

    /// <summary>Have a text judged, as a data action.</summary>
    public const string JudgeText = "Microsoft.CognitiveServices/accounts/ContentSafety/text:analyze/action";

    /// <summary>Have an image looked at, as a data action.</summary>
    public const string See = "Microsoft.CognitiveServices/accounts/ComputerVision/imageanalysis:analyze/action";

    /// <summary>Have speech written down, as a data action.</summary>
    public const string Hear = "Microsoft.CognitiveServices/accounts/SpeechServices/speechtotext/transcriptions/write";

    /// <summary>Have a text spoken, as a data action.</summary>
    public const string Speak = "Microsoft.CognitiveServices/accounts/SpeechServices/text-to-speech/synthesize/action";

    /// <summary>Have a text translated, as a data action.</summary>
    public const string Translate = "Microsoft.CognitiveServices/accounts/TextTranslation/translate/action";

    /// <summary>Chat, as a data action.</summary>
    public const string Chat = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
}
