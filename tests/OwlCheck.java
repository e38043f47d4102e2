import java.io.File;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.*;
import org.semanticweb.owlapi.profiles.*;

/** Prints what keeps an ontology out of OWL 2 DL, whether HermiT finds it consistent, and the classes that nothing can be in. */
public class OwlCheck {
    public static void main(String[] args) throws Exception {
        OWLOntology ontology = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(args[0]));
        System.out.println("axioms " + ontology.getLogicalAxiomCount());
        System.out.println("ontology " + ontology.getOntologyID().getOntologyIRI());
        for (OWLProfileViolation violation : new OWL2DLProfile().checkOntology(ontology).getViolations())
            System.out.println("violation " + violation);
        Reasoner reasoner = new Reasoner(ontology);
        System.out.println("consistent " + reasoner.isConsistent());
        if (reasoner.isConsistent())
            for (OWLClass empty : reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom())
                System.out.println("unsatisfiable " + empty);
    }
}
